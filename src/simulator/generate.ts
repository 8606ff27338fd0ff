// An organization of any size from a seed: the same seed, options and day give the same organization.
import { type Clock, systemClock } from "../common/sleep.ts"
import { generateIssues } from "./generate-issues.ts"
import type { Member, MemberRole, Project, Team } from "./model.ts"
import { createOrganization, type Organization } from "./organization.ts"
import { createRandom, type Random } from "./random.ts"
import { colors, domains, familyNames, givenNames, projectSorts, teamNames } from "./words.ts"

export interface GenerateOptions {
  seed?: number
  slug?: string
  name?: string
  projects: number
  issuesPerProject: number
  /** Of `projects`, so many (the last ones) have no issue and no event. Default 0. */
  emptyProjects?: number
  /** Default 12. One in six has an open invitation and no user; the last one a role in billing. */
  members?: number
  /** Default 4. The last one of at least three has neither members nor projects. */
  teams?: number
  /** Names of environments, the most used first. Default: production, staging, development. */
  environments?: readonly string[]
  /** Names of environments that people have hidden; few events come from them. Default: loadtest. */
  hiddenEnvironments?: readonly string[]
  /** Share of issues that are resolved, 0…1. Default 0.2. */
  resolvedShare?: number
  /** Share of issues that are archived, 0…1. Default 0.1. */
  archivedShare?: number
  /** Share of issues that are no error events (performance, outage), 0…1. Default 0.05. */
  otherShare?: number
  /** The oldest first event lies so many days back. Default 80. */
  days?: number
  retentionDays?: number
  /** Who asks: the first of the members, with a role in some teams; or an integration, which has none. Default: integration. */
  caller?: "member" | "integration"
  url?: string
  clock?: Clock
}

const dayMs = 86_400_000

export function generateOrganization(options: GenerateOptions): Organization {
  const clock = options.clock ?? systemClock
  const random = createRandom(options.seed ?? 1)
  const slug = options.slug ?? "acme-shop"
  const organization = createOrganization({
    slug,
    name: options.name ?? "Acme Shop",
    clock,
    ...(options.url === undefined ? {} : { url: options.url }),
    ...(options.retentionDays === undefined ? {} : { retentionDays: options.retentionDays }),
  })
  // The beginning of the day: whoever makes it again on the same day gets the same times, so that nothing has changed.
  const now = Math.floor(clock.now() / dayMs) * dayMs
  const projects = makeProjects(random, options, now)
  for (const project of projects) organization.projects.set(project.id, project)
  for (const member of makeMembers(random, options, now)) organization.members.set(member.id, member)
  for (const team of makeTeams(random, options, { organization, projects, now })) {
    organization.teams.set(team.id, team)
  }
  const [caller] = organization.members.keys()
  if (options.caller === "member" && caller !== undefined) organization.callerId = caller
  const busy = projects.slice(0, projects.length - Math.min(projects.length, options.emptyProjects ?? 0))
  generateIssues(random, {
    organization,
    projects: busy,
    perProject: options.issuesPerProject,
    environments: options.environments ?? ["production", "staging", "development"],
    hiddenEnvironments: options.hiddenEnvironments ?? ["loadtest"],
    resolvedShare: options.resolvedShare ?? 0.2,
    archivedShare: options.archivedShare ?? 0.1,
    otherShare: options.otherShare ?? 0.05,
    days: options.days ?? 80,
    now,
  })
  return organization
}

function makeProjects(random: Random, options: GenerateOptions, now: number): Project[] {
  return Array.from({ length: options.projects }, (_, index): Project => {
    // The lengths of the two lists have no common divisor, so that every pair comes once in a round.
    const round = Math.floor(index / (domains.length * projectSorts.length))
    const domain = domains[index % domains.length] ?? ""
    const sort = projectSorts[index % projectSorts.length]
    const slug = `${domain}-${sort?.suffix ?? ""}${round > 0 ? `-${round + 1}` : ""}`
    const dateCreated = now - random.between(100, 900) * dayMs - index * 1_000
    return {
      id: String(4_504_931_759_000_000 + index * 4_096 + random.between(0, 4_000)),
      slug,
      // One in three has a name that is not its slug.
      name:
        index % 3 === 2 ? `${capital(domain)} ${sort?.label ?? ""}${round > 0 ? ` ${round + 1}` : ""}` : slug,
      platform: sort?.platform ?? null,
      dateCreated,
      firstEvent: null,
      hasMonitors: random.chance(0.2),
      hasSessions: random.chance(0.5),
      color: random.pick(colors),
      latestRelease: random.chance(0.8) ? `${slug}@1.${random.between(0, 40)}.${random.between(0, 9)}` : null,
      environments: [],
      formerSlugs: [],
      issuesMade: 0,
    }
  })
}

function makeMembers(random: Random, options: GenerateOptions, now: number): Member[] {
  const size = options.members ?? 12
  const domain = `${options.slug ?? "acme-shop"}.example`
  return Array.from({ length: size }, (_, index): Member => {
    const given = givenNames[index % givenNames.length] ?? ""
    const family = familyNames[(index * 7 + Math.floor(index / givenNames.length)) % familyNames.length] ?? ""
    const round = Math.floor(index / (givenNames.length * familyNames.length))
    const email = `${plain(given)}.${plain(family)}${round > 0 ? round + 1 : ""}@${domain}`
    const joined = now - random.between(20, 800) * dayMs
    const invited = index % 6 === 5
    const neverSeen = random.chance(0.1)
    const lastLogin = neverSeen ? null : now - random.between(0, 15 * dayMs)
    return {
      id: String(10_909_027 + index * 131),
      email,
      role: roleOf(index, size),
      user: invited
        ? null
        : {
            id: String(1_722_098 + index * 97),
            name: neverSeen ? email : `${given} ${family}`,
            username: email,
            email,
            emailId: String(1_861_335 + index * 89),
            hasPassword: random.chance(0.7),
            has2fa: random.chance(0.5),
            dateJoined: joined,
            lastLogin,
            lastActive: lastLogin,
          },
      expired: invited && random.chance(0.4),
      provisioned: random.chance(0.2),
      ssoLinked: random.chance(0.6),
      dateCreated: joined - 60_000,
      inviterName: index === 0 ? null : `${givenNames[0]} ${familyNames[0]}`,
    }
  })
}

function roleOf(index: number, size: number): MemberRole {
  if (index === 0) return "owner"
  if (index === size - 1) return "billing"
  if (index === 1) return "manager"
  return index % 5 === 0 ? "admin" : "member"
}

function makeTeams(
  random: Random,
  options: GenerateOptions,
  world: { organization: Organization; projects: readonly Project[]; now: number },
): Team[] {
  const size = options.teams ?? 4
  const memberIds = [...world.organization.members.keys()]
  return Array.from({ length: size }, (_, index): Team => {
    const [slug, name] = teamNames[index % teamNames.length] ?? ["team", "Team"]
    const round = Math.floor(index / teamNames.length)
    const empty = size >= 3 && index === size - 1
    const id = String(1_275_104 + index * 23)
    return {
      id,
      slug: round > 0 ? `${slug}-${round + 1}` : slug,
      name: round > 0 ? `${name} ${round + 1}` : name,
      dateCreated: world.now - random.between(200, 900) * dayMs,
      provisioned: random.chance(0.3),
      memberships: empty
        ? []
        : memberIds
            .filter((_, member) => member % Math.max(1, size - 1) === index || random.chance(0.15))
            .map((memberId, position) => ({ memberId, role: position === 0 ? "admin" : null })),
      // Every seventh project belongs to nobody, every fifth to two teams.
      projectIds: empty
        ? []
        : world.projects
            .filter(
              (_, at) =>
                at % 7 !== 6 && (at % Math.max(1, size - 1) === index || (at % 5 === 4 && index === 0)),
            )
            .map((project) => project.id),
      externalTeams:
        index === 1 ? [{ id: "90211", provider: "github", externalName: `@acme/${slug}`, teamId: id }] : [],
    }
  })
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}

function plain(name: string): string {
  return name
    .normalize("NFD")
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll("ø", "o")
    .replaceAll("Ł", "L")
    .toLowerCase()
}
