const zeroCelsius = 273.15;

export default {
  name: "temperature",
  base: "K",
  units: {
    K: 1,
    C: { toBase: (celsius) => celsius + zeroCelsius, fromBase: (kelvin) => kelvin - zeroCelsius },
    F: {
      toBase: (fahrenheit) => ((fahrenheit - 32) * 5) / 9 + zeroCelsius,
      fromBase: (kelvin) => ((kelvin - zeroCelsius) * 9) / 5 + 32,
    },
  },
};
