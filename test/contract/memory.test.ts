import { memoryHost } from "./memory-host.ts";
import { forgeContract } from "./suite.ts";

forgeContract("the memory forge", memoryHost);
