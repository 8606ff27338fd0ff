// The presets by name; the first is what a first start installs unless told otherwise.
import type { JsonValue } from "../../common/json.ts"
import type { Preset } from "../../integration.ts"
import { blueprints } from "./blueprints.ts"
import { eventBlueprints, eventResources } from "./events.ts"
import { examples } from "./examples.ts"
import { mapping } from "./mapping.ts"
import {
  olderIssueBlueprint,
  olderIssues,
  olderMapping,
  olderProjectBlueprint,
  olderProjects,
} from "./older-page.ts"
import { packagedBlueprints, packagedMapping } from "./packaged.ts"
import { systemRelations } from "./system-relations.ts"

export const presets: readonly [Preset, ...Preset[]] = [
  {
    name: "default",
    text: "The documentation's default mapping: users, teams, project environments, and an issue for each environment it was seen in.",
    blueprints,
    systemRelations,
    mapping,
  },
  {
    name: "default-with-events",
    text: "The default, and what only webhooks tell: comments, alerts and single errors, related to their issues. Port's own integration refuses a mapping with these kinds.",
    blueprints: [...blueprints, ...eventBlueprints],
    systemRelations,
    mapping: { ...mapping, resources: [...listOf(mapping.resources), ...eventResources] },
  },
  {
    name: "packaged",
    text: "Equal in effect to what Port's own integration has packaged: one entity per issue, related to its environments.",
    blueprints: packagedBlueprints,
    systemRelations: [],
    mapping: packagedMapping,
  },
  {
    name: "older-page",
    text: "The older documentation page: `project` and `issue`.",
    blueprints: [olderProjectBlueprint, olderIssueBlueprint],
    systemRelations: [],
    mapping: olderMapping([olderProjects, olderIssues]),
  },
  {
    name: "older-project",
    text: "The older page's first example: projects only.",
    blueprints: [olderProjectBlueprint],
    systemRelations: [],
    mapping: olderMapping([olderProjects]),
  },
  {
    name: "older-issue",
    text: "The older page's second example: issues, whose projects have only an identifier.",
    blueprints: [olderProjectBlueprint, olderIssueBlueprint],
    systemRelations: [],
    mapping: olderMapping([olderIssues]),
  },
  ...examples,
]

function listOf(resources: JsonValue | undefined): JsonValue[] {
  return Array.isArray(resources) ? resources : []
}
