// The older documentation page: projects and the issues in them.
import type { JsonObject } from "../../common/json.ts"
import { resource } from "./resource.ts"
import { issueProperties, projects } from "./resources.ts"

export const olderProjectBlueprint: JsonObject = {
  identifier: "project",
  title: "Project",
  icon: "Sentry",
  schema: {
    properties: {
      dateCreated: { type: "string", format: "date-time", title: "Date Created" },
      platform: { type: "string", title: "Platform" },
      status: {
        type: "string",
        title: "Status",
        enum: ["active", "disabled", "pending_deletion", "deletion_in_progress"],
      },
      link: { type: "string", format: "url", title: "Link" },
    },
    required: [],
  },
  relations: {},
}

export const olderIssueBlueprint: JsonObject = {
  identifier: "issue",
  title: "Issue",
  icon: "Sentry",
  schema: {
    properties: {
      link: { type: "string", format: "url", title: "Link" },
      status: { type: "string", title: "Status" },
      isUnhandled: { type: "boolean", icon: "DefaultProperty", title: "Is Unhandled" },
    },
    required: [],
  },
  relations: { project: { title: "Project", target: "project", required: false, many: false } },
}

export const olderProjects: JsonObject = projects("project")

export const olderIssues: JsonObject = resource({
  kind: "issue",
  blueprint: "issue",
  identifier: ".id",
  title: ".title",
  properties: issueProperties,
  relations: { project: ".project.slug" },
})

/** The page's switches are Port's defaults, so it names none. */
export function olderMapping(resources: JsonObject[]): JsonObject {
  return { resources }
}
