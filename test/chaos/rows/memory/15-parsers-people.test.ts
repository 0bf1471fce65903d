import { chaos } from "../../chaos.ts";
import { readMutations } from "../../texts/mutations.ts";
import { writtenByPeople } from "../../texts/parsers.ts";

chaos(15, "of what people write", (task) => readMutations(task, writtenByPeople));
