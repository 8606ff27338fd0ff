// The organization itself.
import type { JsonObject } from "../../common/json.ts"
import type { OrganizationData } from "../organization.ts"
import { isoTime } from "./time.ts"

export const letterAvatar = { avatarType: "letter_avatar", avatarUuid: null, avatarUrl: null }

/** What a token of an internal integration may do; also in the `access` of projects and teams. */
export const readAccess = ["org:read", "event:read", "project:read", "team:read", "member:read"]

/** As in the list of organizations, and inside a project. */
export function organizationSummary(organization: OrganizationData, regionUrl: string): JsonObject {
  if (organization.payload) return organization.payload
  return {
    id: organization.id,
    slug: organization.slug,
    status: { id: "active", name: "active" },
    name: organization.name,
    dateCreated: isoTime(organization.dateCreated),
    isEarlyAdopter: false,
    require2FA: false,
    avatar: letterAvatar,
    allowMemberInvite: true,
    allowMemberProjectCreation: true,
    allowSuperuserAccess: false,
    links: { organizationUrl: organization.url, regionUrl },
    hasAuthProvider: true,
    features: organization.features,
  }
}

export function organizationDetail(
  organization: OrganizationData,
  regionUrl: string,
  access: readonly string[],
): JsonObject {
  const summary = organizationSummary(organization, regionUrl)
  if (organization.payload) return summary
  return {
    ...summary,
    experiments: {},
    isDefault: false,
    defaultRole: "member",
    allowJoinRequests: true,
    openMembership: false,
    enhancedPrivacy: false,
    dataScrubber: true,
    sensitiveFields: [],
    access: [...access],
    role: null,
    orgRole: null,
    orgRoleList: [],
    teamRoleList: [],
    pendingAccessRequests: 0,
    quota: { maxRate: null, maxRateInterval: 60, accountLimit: 0, projectLimit: 100 },
  }
}
