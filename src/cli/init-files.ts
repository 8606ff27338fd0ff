// The files that `init` writes for a preset: pure, so that a test can hold them against what the program reads.
import { stringify } from "yaml"
import type { Preset } from "../integration.ts"

export interface NewFile {
  /** Relative to the folder. */
  path: string
  content: string
}

export function initFiles(preset: Preset): NewFile[] {
  return [
    { path: "config.yaml", content: configText(preset) },
    { path: ".env.example", content: environmentText },
    {
      path: ".port/resources/blueprints.json",
      content: `${JSON.stringify(preset.blueprints, null, 2)}\n`,
    },
    { path: ".port/resources/port-app-config.yaml", content: mappingText(preset) },
  ]
}

function configText({ name }: Preset): string {
  return `# Settings of ocean-sentry. Secrets do not belong here, but into .env: see .env.example.
# Every setting may also be a variable, which then counts: sentryOrganization is
# OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION.

integration:
  # The name under which the catalog knows this integration and its entities. Choose it once and keep it.
  identifier: my-sentry-integration
  config:
    # Fill in: the organization as it stands in Sentry's addresses, https://<this>.sentry.io.
    sentryOrganization: ""
    # A Sentry server of your own:
    # sentryHost: https://sentry.example.com

# The first start installs what is in .port/resources: the preset "${name}", to be changed as you like before that.

# Port accounts in the US:
# port:
#   baseUrl: https://api.us.getport.io

# One resync, then exit, for a pipeline; without this the process goes on running:
# eventListener:
#   type: ONCE

# Minutes between full resyncs of a running process:
# scheduledResyncInterval: 60
`
}

const environmentText = `# Copy this file to .env, fill it in, and keep .env out of version control.

# A token of an internal integration of Sentry with the permissions to read Member, Team, Project, Organization, and
# Issue & Event.
OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN=

# Machine credentials of Port. Without these two the embedded catalog is used.
# OCEAN__PORT__CLIENT_ID=
# OCEAN__PORT__CLIENT_SECRET=
`

function mappingText({ name, text, mapping }: Preset): string {
  return `# The mapping of the preset "${name}". ${text}
# The first start brings it to the catalog; afterwards it is changed there, and this file is not read again.
${stringify(mapping, { lineWidth: 0 })}`
}
