// The root, organizations, and what an organization has that is no project, team, member or issue.
import { json } from "../answers.ts"
import { type Endpoint, mapPage, organizationOf, pageAnswer, pageByKey } from "../endpoint.ts"
import { organizationDetail } from "../payloads/organization.ts"
import { projectBody } from "../payloads/project.ts"
import { teamBody } from "../payloads/team.ts"

export const organizationEndpoints: readonly Endpoint[] = [
  {
    template: "",
    scopes: [],
    answer: (call) => json({ version: "0", auth: { scopes: [...call.grant.scopes] }, user: null }),
  },
  {
    template: "organizations/",
    scopes: ["org:read"],
    answer(call) {
      const page = pageByKey(call, [call.organization], ({ dateCreated }) => dateCreated)
      return pageAnswer(
        call,
        mapPage(page, () => organizationOf(call)),
      )
    },
  },
  {
    template: "organizations/{org}/",
    scopes: ["org:read"],
    answer(call) {
      const { organization, regionUrl, grant } = call
      const detail = organizationDetail(organization, regionUrl, grant.scopes)
      if (organization.payload || (!call.legacy && call.query.get("detailed") === "0")) return json(detail)
      const projects = [...organization.projects.values()].map(projectBody)
      const teams = [...organization.teams.values()].map((team) => teamBody(organization, team, false))
      if (!call.legacy) return json({ ...detail, projects, teams })
      const { links: _absent, ...older } = detail
      return json({ ...older, projects, teams })
    },
  },
]
