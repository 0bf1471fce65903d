export default {
  name: "weight",
  base: "kg",
  units: { kg: 1, g: 0.001, mg: 0.000001, t: 1000, lb: 0.45359237, oz: 0.028349523125 },
};
