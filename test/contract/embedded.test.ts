import { embeddedHost } from "./embedded-host.ts";
import { forgeContract } from "./suite.ts";

forgeContract("the embedded forge, through the adapter", embeddedHost);
