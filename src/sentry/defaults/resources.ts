// The resources that several presets share.
import type { JsonObject } from "../../common/json.ts"
import { resource } from "./resource.ts"

export const users: JsonObject = resource({
  kind: "user",
  blueprint: "sentryUser",
  identifier: ".email",
  title: ".user.name",
  properties: {
    username: ".user.username",
    isActive: ".user.isActive",
    dateJoined: ".user.dateJoined",
    lastLogin: ".user.lastLogin",
    orgRole: ".orgRole",
    inviteStatus: ".inviteStatus",
  },
})

export const teams: JsonObject = resource({
  kind: "team",
  selector: { includeMembers: true },
  blueprint: "sentryTeam",
  identifier: ".slug",
  title: ".name",
  properties: {
    dateCreated: ".dateCreated",
    memberCount: ".memberCount",
    roles: ".teamRole",
    projects: ".projects | map (.slug)",
  },
  relations: {
    members:
      "if .__members != null then .__members | map(.user.email) | map(select(. != null)) else [] end",
  },
})

const projectProperties: JsonObject = {
  dateCreated: ".dateCreated",
  platform: ".platform",
  status: ".status",
  link: '.organization.links.organizationUrl + "/projects/" + .name',
}

export function projects(blueprint: string): JsonObject {
  return resource({
    kind: "project",
    blueprint,
    identifier: ".slug",
    title: ".name",
    properties: projectProperties,
  })
}

/** One entity for each environment of each project. */
export function projectEnvironments(blueprint: string, relations?: JsonObject): JsonObject {
  return resource({
    kind: "project-tag",
    selector: { tag: "environment" },
    blueprint,
    identifier: '.slug + "-" + .__tags.name',
    title: '.name + "-" + .__tags.name',
    properties: projectProperties,
    ...(relations ? { relations } : {}),
  })
}

/** The teams whose list of projects has this project. */
export const teamOfProject: JsonObject = {
  team: {
    combinator: '"and"',
    rules: [{ property: '"projects"', operator: '"contains"', value: ".slug" }],
  },
}

export const issueProperties: JsonObject = {
  link: ".permalink",
  status: ".status",
  isUnhandled: ".isUnhandled",
}

/** One entity per issue, related to all environments it was seen in. */
export const issuesWithEnvironments: JsonObject = resource({
  kind: "issue-tag",
  selector: { tag: "environment" },
  blueprint: "sentryIssue",
  identifier: ".id",
  title: ".title",
  properties: issueProperties,
  relations: {
    projectEnvironment: '.project.slug as $slug | [.__tags[] | "\\($slug)-\\(.name)"]',
    assignedTo: ".assignedTo.email",
  },
})
