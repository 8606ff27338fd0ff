// The members of the organization, invited ones included.
import type { OpenKind } from "../../resync/kind.ts"
import type { RunContext } from "../run-context.ts"
import { addNothing, defineKind, keepAlwaysMs } from "./define-kind.ts"
import { listTells, readWhole } from "./one-source.ts"
import { UserSelector } from "./selectors.ts"

export const userKind = defineKind({
  name: "user",
  selector: UserSelector,
  open: (context: RunContext): OpenKind => ({
    reading: readWhole("members", context.client.members),
    enrich: addNothing,
    admits: () => true,
    standing: () => ({ state: "left", keepMs: keepAlwaysMs }),
    ...listTells,
  }),
})
