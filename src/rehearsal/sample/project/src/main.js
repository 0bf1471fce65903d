#!/usr/bin/env node
import { convert } from "./convert.js";

const [amount, from, to] = process.argv.slice(2);
if (to === undefined) {
  console.error("usage: measure <amount> <from> <to>, for example: measure 12 km mi");
  process.exit(2);
}
try {
  const result = await convert(Number(amount), from, to);
  console.log(`${amount} ${from} = ${Number(result.toFixed(3))} ${to}`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
