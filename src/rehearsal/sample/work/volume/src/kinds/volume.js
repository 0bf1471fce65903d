export default {
  name: "volume",
  base: "l",
  units: { l: 1, ml: 0.001, cl: 0.01, m3: 1000, gal: 3.785411784, pt: 0.473176473, cup: 0.2365882365 },
};
