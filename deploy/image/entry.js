// Where a container starts: the program, whose name may stand first, as in `docker run IMAGE ocean sail`.
import { fileURLToPath } from "node:url"

const program = new URL("../bin/ocean-sentry.js", import.meta.url)
const [node = "", , first, ...words] = process.argv
const isName = first === "ocean" || first === "ocean-sentry" || first === undefined
process.argv = [node, fileURLToPath(program), ...(isName ? words : [first, ...words])]
await import(program.href)
