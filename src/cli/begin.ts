// What every verb begins with that takes a run's settings: read them, and choose the way to start.
import { readSettings, type SettingsRead } from "./settings-sources.ts"
import { chooseStart, type Start } from "./start-mode.ts"

export interface RunFlags {
  /** Settings given as options, by the path of the setting. */
  settings: Record<string, unknown>
  once: boolean
  embedded: boolean
  /** Where `.env` and `config.yaml` are looked for. */
  folder: string
}

export interface Begun extends SettingsRead {
  start: Start
  /** A single run: by the option, or by the setting. */
  once: boolean
}

/** Throws `InvalidInput` with all that is wrong with the settings. */
export function begin(
  { settings: flags, once: onceByFlag, embedded, folder }: RunFlags,
  environment: Readonly<Record<string, string | undefined>>,
): Begun {
  const read = readSettings({ flags, environment, folder })
  const once = onceByFlag || read.settings.eventListener.type === "ONCE"
  return { ...read, once, start: chooseStart(read.settings, { embedded, once }) }
}
