// Two installations under one identifier in one Port would take each other's entities for their own, and delete what the other made.
import { AppError } from "../common/errors.ts"
import { type Installation, identifierOf } from "./installation.ts"
import { type KnownOrganizations, type PortDefaults, portOf } from "./port-organizations.ts"

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

type Named = Pick<Installation, "id" | "spec">

export interface Ports {
  port: Omit<PortDefaults, "clientSecret">
  organizations: KnownOrganizations
}

/** Throws an `InstallationConflict` where there is a twin. */
export function refuseTwin(one: Named, others: readonly Named[], ports: Ports): void {
  const twin = others.find((other) => areTwins(one, other, ports))
  if (twin) throw new InstallationConflict(twinText(one, twin), { hint: twinHint, field: "identifier" })
}

/** Of one that may be a twin as soon as it is known whose their credentials are. */
export function haveOneName(one: Named, other: Named): boolean {
  return one.spec.enabled && other.spec.enabled && identifierOf(one) === identifierOf(other)
}

/** One that is switched off is nobody's. Where Port has not told its organization, an installation is known by its credentials. */
export function areTwins(one: Named, other: Named, { port, organizations }: Ports): boolean {
  if (!haveOneName(one, other)) return false
  const [mine, others] = [portOf(one, port), portOf(other, port)]
  const organization = organizations.get(mine)
  return mine === others || (organization !== undefined && organization === organizations.get(others))
}

export const twinHint = "give one of them another identifier, or remove the other"

export function twinText(one: Named, twin: Named): string {
  return `the identifier "${identifierOf(one)}" is that of the installation "${twin.id}" in the same Port already`
}
