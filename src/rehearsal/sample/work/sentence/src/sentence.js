const words = {
  metre: "m",
  kilometre: "km",
  mile: "mi",
  foot: "ft",
  feet: "ft",
  inch: "in",
  kilogram: "kg",
  gram: "g",
  pound: "lb",
  ounce: "oz",
  celsius: "C",
  fahrenheit: "F",
  kelvin: "K",
  litre: "l",
  gallon: "gal",
  pint: "pt",
};

const pattern = /^\s*(-?\d+(?:\.\d+)?)\s*(\S+)\s+(?:in|to|as)\s+(\S+)\s*$/;

/** Reads "12 km in miles" as `{ amount, from, to }`; undefined when it is no such sentence. */
export function readSentence(text) {
  const match = pattern.exec(text);
  return match ? { amount: Number(match[1]), from: unitOf(match[2]), to: unitOf(match[3]) } : undefined;
}

function unitOf(word) {
  const lower = word.toLowerCase();
  return words[lower] ?? words[lower.replace(/(es|s)$/, "")] ?? words[lower.replace(/s$/, "")] ?? word;
}
