// The header by which Port knows who wrote an entity: the same as the original's, so that a swap finds its entities.

export interface IntegrationName {
  type: string
  identifier: string
  version: string
}

export function userAgentOf(integration: IntegrationName): string {
  return `port-ocean/${integration.type}/${integration.version}/${integration.identifier}`
}

/** The datasource of our entities without the version, which changes with every release. */
export function datasourceOf(integration: IntegrationName): { prefix: string; suffix: string } {
  return { prefix: `port-ocean/${integration.type}/`, suffix: `/${integration.identifier}/exporter` }
}
