// One thing that happens in a Sentry organization, as things happen there: mostly to issues, now and then to the rest.
import type { Organization } from "../../src/simulator/organization.ts"
import type { Random } from "../../src/simulator/random.ts"

const environments = ["production", "staging", "development", "qa"]
const most = { issues: 500, projects: 14, members: 24, teams: 8 }
const least = { issues: 150, projects: 4, members: 6, teams: 2 }

/** `count` is that of changes so far, for names that are new. */
export function changeOrganization(organization: Organization, random: Random, count: number): void {
  if (random.chance(0.85)) changeAnIssue(organization, random, count)
  else changeTheStructure(organization, random, count)
}

function changeAnIssue(organization: Organization, random: Random, count: number): void {
  const issues = [...organization.issues.keys()]
  const environment = random.pick(environments)
  const make = () =>
    void organization.addIssue(random.pick(slugsOf(organization)), {
      title: `Soaked through ${count}`,
      environment,
      level: random.pick(["error", "warning"]),
    })
  if (issues.length < least.issues) {
    make()
    return
  }
  const issue = random.pick(issues)
  const changes = [
    ...(issues.length < most.issues ? [make, make] : []),
    () => void organization.addEvent(issue, { environment }),
    () => void organization.addEvent(issue, { environment }),
    () => void organization.resolve(issue),
    () => void organization.archive(issue),
    () => void organization.unresolve(issue),
    () => void organization.assign(issue, { user: random.pick(emailsOf(organization)) }),
    () => void organization.unassign(issue),
    () => organization.deleteIssue(issue),
    () => {
      const other = random.pick(issues)
      if (other !== issue) organization.mergeIssue(issue, other)
    },
  ]
  random.pick(changes)()
}

function changeTheStructure(organization: Organization, random: Random, count: number): void {
  const slugs = slugsOf(organization)
  const emails = emailsOf(organization)
  const teams = [...organization.teams.values()].map(({ slug }) => slug)
  const name = `soak-${count}`
  const changes = [
    ...(slugs.length < most.projects
      ? [() => void organization.addProject({ slug: name, platform: "node" })]
      : []),
    ...(slugs.length > least.projects ? [() => organization.removeProject(random.pick(slugs))] : []),
    () => void organization.renameProject(random.pick(slugs), { name: `Renamed ${count}` }),
    () => void organization.renameProject(random.pick(slugs), { slug: name }),
    ...(emails.length < most.members
      ? [() => void organization.addMember({ email: `${name}@acme.example`, name })]
      : []),
    ...(emails.length > least.members ? [() => organization.removeMember(random.pick(emails))] : []),
    ...(teams.length < most.teams
      ? [() => void organization.addTeam({ slug: name, projects: [random.pick(slugs)] })]
      : []),
    ...(teams.length > least.teams ? [() => organization.removeTeam(random.pick(teams))] : []),
    () =>
      void organization.setTeamMembers(random.pick(teams), [
        ...new Set([random.pick(emails), random.pick(emails)]),
      ]),
    () => void organization.setTeamProjects(random.pick(teams), [random.pick(slugs)]),
  ]
  random.pick(changes)()
}

function slugsOf(organization: Organization): string[] {
  return [...organization.projects.values()].map(({ slug }) => slug)
}

function emailsOf(organization: Organization): string[] {
  return [...organization.members.values()].map(({ email }) => email)
}
