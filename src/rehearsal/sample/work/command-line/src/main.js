#!/usr/bin/env node
import { convert } from "./convert.js";
import { loadKinds } from "./kinds.js";
import { readSentence } from "./sentence.js";

const usage = 'usage: measure "12 km in miles", measure 12 km mi, or measure --units';

const words = process.argv.slice(2);
process.exitCode = words[0] === "--units" ? await listUnits() : await answer(words);

async function listUnits() {
  for (const kind of await loadKinds()) console.log(`${kind.name}: ${Object.keys(kind.units).join(" ")}`);
  return 0;
}

async function answer(words) {
  const request = words.length === 3 ? fromWords(words) : readSentence(words.join(" "));
  if (request === undefined || Number.isNaN(request.amount)) {
    console.error(usage);
    return 2;
  }
  try {
    const result = await convert(request.amount, request.from, request.to);
    console.log(`${request.amount} ${request.from} = ${Number(result.toFixed(3))} ${request.to}`);
    return 0;
  } catch (error) {
    console.error(`${error.message}; measure --units lists what can be converted`);
    return 1;
  }
}

function fromWords([amount, from, to]) {
  return { amount: Number(amount), from, to };
}
