// Every endpoint of Sentry's that is asked, with the scope it needs.

export interface Route {
  /** Shared by all requests that count against the same limit. */
  template: string
  /** Below `/api/0/`, its parts encoded. */
  path: string
  /** What a token needs to read it. */
  scope: string
}

export const routes = {
  index: route("", "any"),
  organization: route("organizations/{org}/", "org:read"),
  sentryApps: route("organizations/{org}/sentry-apps/", "org:read"),
  organizationProjects: route("organizations/{org}/projects/", "org:read"),
  ownProjects: route("projects/", "project:read"),
  project: route("projects/{org}/{project}/", "project:read"),
  teams: route("organizations/{org}/teams/", "team:read (and org:read)"),
  teamMembers: route("teams/{org}/{team}/members/", "team:read"),
  members: route("organizations/{org}/members/", "member:read"),
  organizationIssues: route("organizations/{org}/issues/", "event:read"),
  projectIssues: route("projects/{org}/{project}/issues/", "event:read"),
  issue: route("organizations/{org}/issues/{issue}/", "event:read"),
  issueWithoutOrganization: route("issues/{issue}/", "event:read"),
  issueTagValues: route("organizations/{org}/issues/{issue}/tags/{key}/values/", "event:read"),
  issueTagValuesWithoutOrganization: route("issues/{issue}/tags/{key}/values/", "event:read"),
  organizationApps: route("organizations/{org}/sentry-apps/", "org:read"),
  apps: route("sentry-apps/", "org:write"),
  app: route("sentry-apps/{slug}/", "org:write"),
  appToDelete: route("sentry-apps/{slug}/", "org:admin"),
  appSecret: route("sentry-apps/{slug}/rotate-secret/", "org:write"),
  issueTag: route("organizations/{org}/issues/{issue}/tags/{key}/", "event:read"),
  issueTagWithoutOrganization: route("issues/{issue}/tags/{key}/", "event:read"),
  environments: route("organizations/{org}/environments/", "org:read"),
  events: route("organizations/{org}/events/", "org:read"),
  projectTagValues: route("projects/{org}/{project}/tags/{key}/values/", "project:read"),
}

function route(template: string, scope: string): (parts: Record<string, string>) => Route {
  return (parts) => ({
    template,
    path: template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? "")),
    scope,
  })
}
