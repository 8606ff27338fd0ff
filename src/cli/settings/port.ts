// Settings of the connection to Port, and of what is installed there at the first start.
import { z } from "zod"
import { presets } from "../../sentry/defaults/presets.ts"
import { choice, flag, integer, text, url } from "./setting.ts"

const [first, ...others] = presets.map(({ name }) => name)
/** A list that is not empty, as a choice wants it. */
const presetNames = [first ?? "default", ...others] as const

export const portSettings = {
  port: z
    .object({
      clientId: text("Client id of Port machine credentials (*Credentials* in Port's profile menu).", {
        secret: "value",
      }).optional(),
      clientSecret: text("Client secret that goes with the client id.", { secret: "value" }).optional(),
      baseUrl: url("Port's API. Accounts in the US use `https://api.us.getport.io`.").default(
        "https://api.getport.io",
      ),
      portAppConfigCacheTtl: integer(
        "Seconds that live events use a mapping before it is read again. A resync always reads it fresh.",
        { min: 0 },
      ).default(60),
      blueprintCacheTtlSeconds: integer(
        "Seconds that a blueprint read from Port is kept.",
        { min: 0 },
        {
          effect: "none",
          why: "blueprints are read again for each run",
        },
      ).default(120),
      featureFlagsCacheTtlSeconds: integer(
        "Seconds that Port's feature flags are kept.",
        { min: 0 },
        { effect: "none", why: "feature flags are read once, at start" },
      ).default(300),
      appUrl: url("Address of Port's web application.", {
        effect: "none",
        why: "only Port's own hosting signs in through it",
      }).optional(),
      mcpUrl: url("Address of Port's MCP server.", {
        effect: "none",
        why: "Sentry has no use for it",
      }).optional(),
    })
    .prefault({}),
}

export const installSettings = {
  preset: choice(
    "Which mapping and blueprints the first start installs. " +
      "[What each of them gives](presets.md). Without effect once the integration has its mapping.",
    presetNames,
  ).default("default"),
  initializePortResources: flag(
    "Create the blueprints of the preset at the first start, and its mapping where an existing integration has none. " +
      "What exists is never overwritten. A new integration gets its mapping also when this is false.",
    { flag: "--initialize-port-resources" },
  ).default(true),
  createMissingBlueprints: flag(
    "Create those blueprints of the preset that are missing, at every start. Otherwise none is created where one of them " +
      "exists at the first start, and the log names it.",
  ).default(false),
  createPortResourcesOrigin: choice(
    "Where a new integration's mapping and blueprints come from: `Default` (this program), `Port` (Port makes them, where " +
      "it offers that for the organization; else this program does), `Empty` (no resources). Unset: as `Port`. `Ocean` is an " +
      "older name of `Default`.",
    ["Default", "Port", "Empty", "Ocean"],
  ).optional(),
  resourcesPath: text(
    "Folder with resources that replace the preset's: `blueprints`, `port-app-config`, `actions`, `scorecards`, `pages`, " +
      "each as `.json`, `.yaml` or `.yml`. Relative to the folder of the settings. What it does not have, or when there is " +
      "no such folder, comes from the preset.",
    { emptyIsUnset: true },
  ).default(".port/resources"),
  overwriteMapping: flag(
    "Write the mapping (of `resourcesPath`, or of the preset) to Port at every start where Port has another: the file decides, and " +
      "what somebody changes in Port does not stay.",
  ).default(false),
  runtime: choice(
    "How Port must have the integration on record: `OnPrem`, or `Saas` for one that Port's own hosting runs. Where the " +
      "record says otherwise, nothing is started.",
    ["OnPrem", "Saas"],
  ).default("OnPrem"),
  createSystemEntities: flag(
    "Create entities of blueprints that Port owns (`_user`, `_team`) where a mapping names them. " +
      "Otherwise only those that exist are updated.",
  ).default(false),
}
