// The organization to look at when there is no account of one's own.
import type { Clock } from "../common/sleep.ts"
import { generateOrganization } from "./generate.ts"
import type { Organization } from "./organization.ts"

export function createDemoOrganization(options: { clock?: Clock } = {}): Organization {
  return generateOrganization({
    seed: 20_261_122,
    slug: "acme-shop",
    name: "Acme Shop",
    projects: 9,
    emptyProjects: 1,
    issuesPerProject: 25,
    members: 14,
    teams: 5,
    ...options,
  })
}
