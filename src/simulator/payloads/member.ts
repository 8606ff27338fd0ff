// Members of the organization and their users.
import { createHash } from "node:crypto"
import type { JsonObject } from "../../common/json.ts"
import type { Member, User } from "../model.ts"
import { letterAvatar } from "./organization.ts"
import { isoTime, optionalTime } from "./time.ts"

export function userBody(user: User): JsonObject {
  const digest = createHash("sha256").update(user.email).digest("hex")
  return {
    id: user.id,
    name: user.name,
    username: user.username,
    email: user.email,
    avatarUrl: `https://gravatar.com/avatar/${digest}?s=32&d=mm`,
    isActive: true,
    isSuspended: false,
    hasPasswordAuth: user.hasPassword,
    isManaged: false,
    dateJoined: isoTime(user.dateJoined),
    lastLogin: optionalTime(user.lastLogin),
    has2fa: user.has2fa,
    lastActive: optionalTime(user.lastActive),
    isSuperuser: false,
    isStaff: false,
    experiments: {},
    emails: [{ id: user.emailId, email: user.email, is_verified: user.lastLogin !== null }],
    avatar: letterAvatar,
  }
}

export function memberBody(member: Member): JsonObject {
  if (member.payload) return member.payload
  return {
    id: member.id,
    email: member.email,
    name: member.user?.name ?? member.email,
    user: member.user ? userBody(member.user) : null,
    orgRole: member.role,
    pending: member.user === null,
    expired: member.expired,
    flags: {
      "idp:provisioned": member.provisioned,
      "idp:role-restricted": false,
      "sso:linked": member.ssoLinked,
      "sso:invalid": false,
      "member-limit:restricted": false,
      "partnership:restricted": false,
    },
    dateCreated: isoTime(member.dateCreated),
    inviteStatus: "approved",
    inviterName: member.inviterName,
    role: member.role,
    roleName: `${member.role.charAt(0).toUpperCase()}${member.role.slice(1)}`,
  }
}

/** A row of a team's members. */
export function teamMemberBody(member: Member, role: string | null, teamSlug: string): JsonObject {
  return { ...memberBody(member), teamRole: role, teamSlug }
}

/** As a server of the 9 series has it: `role` alone, and no trace of how the invitation went. */
export function legacyMember(body: JsonObject): JsonObject {
  const legacy = { ...body }
  for (const key of ["orgRole", "inviteStatus", "inviterName", "teamRole", "teamSlug"]) delete legacy[key]
  legacy.flags = pick(body.flags, ["sso:linked", "sso:invalid"])
  const user = body.user
  if (user === null || typeof user !== "object" || Array.isArray(user)) return legacy
  const { isSuspended: _1, isStaff: _2, experiments: _3, ...older } = user as JsonObject // an object, as just seen
  legacy.user = { ...older, avatar: { avatarType: "letter_avatar", avatarUuid: null } }
  return legacy
}

function pick(value: JsonObject[string] | undefined, keys: readonly string[]): JsonObject {
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value)) return {}
  return Object.fromEntries(keys.flatMap((key) => (key in value ? [[key, value[key] ?? null]] : [])))
}
