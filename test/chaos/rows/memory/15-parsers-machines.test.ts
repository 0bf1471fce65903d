import { chaos } from "../../chaos.ts";
import { readMutations } from "../../texts/mutations.ts";
import { parsers, writtenByPeople } from "../../texts/parsers.ts";

const others = Object.keys(parsers).filter((kind) => !writtenByPeople.includes(kind));

chaos(15, "of what hubs and workers write", (task) => readMutations(task, others));
