import { start } from "./page.ts";
import { allowNoHtml } from "./trusted-types.ts";

allowNoHtml();
void start();
