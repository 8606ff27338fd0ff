// The blueprints that the presets install, and those of the default one. Data.
import type { JsonObject } from "../../common/json.ts"

export const userBlueprint: JsonObject = {
  identifier: "sentryUser",
  description: "A member of the Sentry organization.",
  title: "Sentry User",
  icon: "Sentry",
  schema: {
    properties: {
      username: { type: "string", title: "Username" },
      isActive: { type: "boolean", title: "Is Active" },
      dateJoined: { type: "string", format: "date-time", title: "Date Joined" },
      lastLogin: { type: "string", format: "date-time", title: "Last Login" },
      orgRole: {
        type: "string",
        title: "Organization Role",
        icon: "DefaultProperty",
        // The original spelled the last but one as the last; catalogs hold it, and Sentry says "billing".
        enum: ["member", "admin", "owner", "manager", "billing", "biling"],
        enumColors: {
          member: "pink",
          admin: "green",
          owner: "green",
          manager: "yellow",
          billing: "lightGray",
          biling: "lightGray",
        },
      },
      inviteStatus: { type: "string", title: "Invite Status", icon: "DefaultProperty" },
    },
    required: [],
  },
  relations: {},
}

export const teamBlueprint: JsonObject = {
  identifier: "sentryTeam",
  description: "A team of the Sentry organization.",
  title: "Sentry Team",
  icon: "Sentry",
  schema: {
    properties: {
      dateCreated: { type: "string", title: "Date Created", format: "date-time" },
      memberCount: { type: "number", title: "Number of Members" },
      roles: { type: "string", title: "Roles" },
      projects: { type: "array", title: "Projects", items: { type: "string" } },
    },
    required: [],
  },
  relations: { members: { title: "Members", target: "sentryUser", required: false, many: true } },
}

/** What Sentry says of a project; the same for a project in one environment. */
const projectSchema: JsonObject = {
  properties: {
    dateCreated: { title: "Date Created", type: "string", format: "date-time" },
    platform: { title: "Platform", type: "string" },
    status: {
      title: "Status",
      type: "string",
      enum: ["active", "disabled", "pending_deletion", "deletion_in_progress"],
    },
    link: { title: "Link", type: "string", format: "url" },
  },
  required: [],
}

/** Of a project, or of a project in one environment. A project may have several teams, so `team` takes a list. */
export function projectBlueprint(identifier: string, title: string): JsonObject {
  return {
    identifier,
    title,
    icon: "Sentry",
    schema: projectSchema,
    relations: { team: { title: "Team", target: "sentryTeam", required: false, many: true } },
  }
}

export function issueBlueprint(relations: JsonObject): JsonObject {
  return {
    identifier: "sentryIssue",
    title: "Sentry Issue",
    icon: "Sentry",
    schema: {
      properties: {
        link: { title: "Link", type: "string", format: "url" },
        status: {
          title: "Status",
          type: "string",
          // The last two are those of an issue in the middle of an operation; Port would refuse its entity.
          enum: ["resolved", "unresolved", "ignored", "reprocessing", "pending_deletion", "pending_merge"],
          enumColors: {
            resolved: "green",
            unresolved: "red",
            ignored: "lightGray",
            reprocessing: "yellow",
            pending_deletion: "lightGray",
            pending_merge: "lightGray",
          },
        },
        isUnhandled: { title: "Is Unhandled", type: "boolean" },
      },
      required: [],
    },
    relations,
  }
}

export function environmentsRelation(target: string): JsonObject {
  return { title: "Sentry Project Environments", target, required: false, many: true }
}

export function userRelation(title: string): JsonObject {
  return { title, target: "sentryUser", required: false, many: false }
}

/** Those that the default mapping writes into. */
export const blueprints: readonly JsonObject[] = [
  userBlueprint,
  teamBlueprint,
  projectBlueprint("sentryProjectEnvironment", "Sentry Project Environment"),
  issueBlueprint({
    projectEnvironment: environmentsRelation("sentryProjectEnvironment"),
    assignee: userRelation("Assignee"),
  }),
]
