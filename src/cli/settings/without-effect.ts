// Settings of the original that are accepted because customers and charts have them, and that do nothing here.
import { z } from "zod"
import { choice, flag, integer, text } from "./setting.ts"

const shipping = "raw data is not shipped to Port"
const streaming = "answers are read a page at a time, in memory"
const actions = "Sentry has no actions"

export const settingsWithoutEffect = {
  processingMode: choice("Where raw data is mapped.", ["ocean-core", "dsp"], {
    effect: "none",
    why: "mapping is always done here; Port is told `ocean-core`",
  }).default("ocean-core"),
  lakehouseEnabled: flag("Ship raw data to Port.", { effect: "none", why: shipping }).default(true),
  lakehouseBufferIntervalSeconds: integer(
    "Seconds between shipments.",
    { min: 0 },
    {
      effect: "none",
      why: shipping,
    },
  ).default(10),
  lakehouseBufferMaxCount: integer(
    "Items in one shipment.",
    { min: 1 },
    { effect: "none", why: shipping },
  ).default(50),
  cachingStorageMode: choice("Where answers are kept during a run.", ["disk", "memory"], {
    effect: "none",
    why: "a run reads each source once, so nothing has to be kept",
  }).default("disk"),
  streaming: z
    .object({
      enabled: flag("Read answers as streams.", { effect: "none", why: streaming }).default(false),
      maxBufferSizeMb: integer("Size of the buffer.", { min: 1 }, { effect: "none", why: streaming }).default(
        20,
      ),
      chunkSize: integer("Bytes of one chunk.", { min: 1 }, { effect: "none", why: streaming }).default(
        65_536,
      ),
      location: text("Folder of the buffers.", { effect: "none", why: streaming }).default(
        "/tmp/ocean/streaming",
      ),
    })
    .prefault({}),
  actionsProcessor: z
    .object({
      enabled: flag("Run Port's actions. True is refused at the start.", {
        effect: "none",
        why: actions,
      }).default(false),
    })
    .prefault({}),
  identityPropagation: z
    .object({
      enabled: flag("Act as the user who ran an action.", { effect: "none", why: actions }).default(false),
    })
    .prefault({}),
  oauthAccessTokenFilePath: text("File with a token that changes.", {
    emptyIsUnset: true,
    effect: "none",
    why: "name the file in `OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN_FILE`",
  }).optional(),
  disableIpOutboundBlocker: flag("Allow requests to private addresses.", {
    effect: "none",
    why: "requests go only to the hosts in these settings, which may be private",
  }).default(true),
  processExecutionMode: choice("How many processes resync.", ["single_process", "multi_process"], {
    effect: "none",
    why: "jq runs in threads of its own; the rest needs one process",
  }).default("single_process"),
}

/** Groups of which the original knows more keys than we do, all without effect; in JSON they pass without a word. */
export const groupsWithOtherKeys: ReadonlySet<string> = new Set([
  "eventListener",
  "liveEvents.redis",
  "metrics",
  "streaming",
  "actionsProcessor",
  "identityPropagation",
])
