// The systems that `init` writes files for: which, and what is left to do by hand.
import type { NewFile } from "../init-files.ts"
import { filledTemplate, type TemplateNames, templateNames } from "./templates.ts"

interface SystemFile {
  /** In the user's repository. */
  path: string
  /** Below deploy/templates. */
  template: string
}

export interface System {
  name: string
  /** For `--help` and the manual. */
  text: string
  files: readonly SystemFile[]
  /** Instead of `files` with `--docker`; undefined where there is but one way. */
  dockerFiles?: readonly SystemFile[]
  /** Sentences, in their order. */
  next: readonly string[]
}

const variables =
  "OCEAN__PORT__CLIENT_ID, OCEAN__PORT__CLIENT_SECRET, OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN, " +
  "OCEAN__INTEGRATION__CONFIG__SENTRY_HOST and OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION"

export const systems: readonly System[] = [
  {
    name: "helm",
    text: "values for the chart",
    files: [{ path: "values.yaml", template: "helm/values.yaml" }],
    next: [
      "Fill in integration.config.sentryOrganization in values.yaml.",
      "Make the Secret ocean-sentry-credentials, with OCEAN__PORT__CLIENT_ID, OCEAN__PORT__CLIENT_SECRET and " +
        "OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN.",
      "helm upgrade --install … --values values.yaml; docs/install/helm.md has the commands.",
    ],
  },
  {
    name: "argocd",
    text: "an Application, and values for the chart",
    files: [
      { path: "argocd/my-ocean-sentry-integration/values.yaml", template: "helm/values.yaml" },
      { path: "my-ocean-sentry-integration.yaml", template: "argocd/application.yaml" },
    ],
    next: [
      "Fill in integration.config.sentryOrganization in the values, and YOUR_GIT_REPO_URL in the Application.",
      "Make the Secret ocean-sentry-credentials in the namespace my-ocean-sentry-integration.",
      "Commit the values, then kubectl apply -f my-ocean-sentry-integration.yaml.",
    ],
  },
  {
    name: "github",
    text: "a workflow, and the action that it calls",
    files: [
      { path: ".github/workflows/sentry-integration.yml", template: "github/sentry-integration.yml" },
      { path: ".github/actions/ocean-sentry/action.yml", template: "github/action.yml" },
    ],
    dockerFiles: [
      { path: ".github/workflows/sentry-integration.yml", template: "github/sentry-integration-docker.yml" },
    ],
    next: [`Set these secrets of the repository: ${variables}.`],
  },
  {
    name: "jenkins",
    text: "a Jenkinsfile",
    files: [{ path: "Jenkinsfile", template: "jenkins/Jenkinsfile" }],
    dockerFiles: [{ path: "Jenkinsfile", template: "jenkins/Jenkinsfile-docker" }],
    next: [`Make credentials of the kind Secret text with these ids: ${variables}.`],
  },
  {
    name: "azure",
    text: "a pipeline of Azure DevOps",
    files: [{ path: "sentry-integration.yml", template: "azure/sentry-integration.yml" }],
    dockerFiles: [{ path: "sentry-integration.yml", template: "azure/sentry-integration-docker.yml" }],
    next: [`Make the variable group port-ocean-credentials with ${variables}.`],
  },
  {
    name: "gitlab",
    text: "a pipeline of GitLab",
    files: [{ path: ".gitlab-ci.yml", template: "gitlab/gitlab-ci.yml" }],
    dockerFiles: [{ path: ".gitlab-ci.yml", template: "gitlab/gitlab-ci-docker.yml" }],
    next: [
      `Set these variables of the project, masked and protected: ${variables}.`,
      "Make a pipeline schedule for main.",
    ],
  },
  {
    name: "compose",
    text: "a compose file for one machine",
    files: [{ path: "compose.yaml", template: "compose/compose.yaml" }],
    next: [
      "Put OCEAN__PORT__CLIENT_ID, OCEAN__PORT__CLIENT_SECRET, OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN and " +
        "OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION into .env, and keep it out of version control.",
      "docker compose up -d",
    ],
  },
]

/** What `init` writes for a system. */
export function systemFiles(
  system: System,
  { docker, names = templateNames() }: { docker: boolean; names?: TemplateNames },
): NewFile[] {
  const files = (docker ? system.dockerFiles : undefined) ?? system.files
  return files.map(({ path, template }) => ({ path, content: filledTemplate(template, names) }))
}
