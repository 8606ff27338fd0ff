// Two installations under one identifier in one Port would take each other's entities for their own, and delete what the other made.
import { AppError } from "../common/errors.ts"
import { type Installation, identifierOf } from "./installation.ts"

/** What stands in the way of an installation: nothing is wrong with it by itself. */
export class InstallationConflict extends AppError {
  /** What of it stands in the way, where that is one thing. */
  readonly field: string | undefined

  constructor(message: string, { hint, field }: { hint?: string; field?: string } = {}) {
    super("installation_conflict", message, hint === undefined ? {} : { hint })
    this.name = "InstallationConflict"
    this.field = field
  }
}

/** Somebody meant a new one, and there is one of that name. */
export class InstallationExists extends InstallationConflict {
  constructor(id: string) {
    super(`there is an installation "${id}" already`, { hint: "choose another name", field: "id" })
    this.name = "InstallationExists"
  }
}

/** The host's own credentials, for installations without some. */
export interface PortDefaults {
  baseUrl: string
  clientId: string | undefined
}

type Named = Pick<Installation, "id" | "spec">

/** One that is switched off is nobody's twin. Port's organization is known by its credentials: nobody is asked whose they are. */
export function refuseTwin(one: Named, others: readonly Named[], port: PortDefaults): void {
  if (!one.spec.enabled) return
  const place = placeOf(one, port)
  const twin = others.find((other) => other.spec.enabled && placeOf(other, port) === place)
  if (twin)
    throw new InstallationConflict(
      `the identifier "${identifierOf(one)}" is that of the installation "${twin.id}" in the same Port already`,
      { hint: "give one of them another identifier, or remove the other", field: "identifier" },
    )
}

function placeOf(one: Named, port: PortDefaults): string {
  const { baseUrl = port.baseUrl, clientId } = one.spec.port ?? port
  return JSON.stringify([baseUrl, clientId ?? null, identifierOf(one)])
}
