// What is measured of the catalog alone: how many entities, on which engine, and what must hold.

export interface CatalogScenario {
  name: string
  title: string
  engine: "sqlite" | "postgres"
  /** Written in batches of 20; as many once more, of which one in ten has changed. */
  entities: number
  /** Each kind of search is sent so often. */
  searches: number
  /** What is aimed at, at the full size. */
  aims: { entitiesPerSecond: number; searchP95Ms: number; relationsP95Ms: number; pssMegabytes: number }
  /** What `--check` holds beside the counts; a bound on a fault, not a measurement. */
  most: { pssMegabytes: number }
  /** The same for `--quick`. */
  quickMost: { pssMegabytes: number }
}

export function catalogScenarios(): CatalogScenario[] {
  const size = { entities: 100_000, searches: 100 }
  return [
    {
      name: "catalog-sqlite",
      title: "the catalog alone, 100,000 entities on SQLite",
      engine: "sqlite",
      ...size,
      aims: { entitiesPerSecond: 5_000, searchP95Ms: 100, relationsP95Ms: 300, pssMegabytes: 150 },
      most: { pssMegabytes: 250 },
      quickMost: { pssMegabytes: 200 },
    },
    {
      name: "catalog-postgres",
      title: "the catalog alone, 100,000 entities on PostgreSQL",
      engine: "postgres",
      ...size,
      aims: { entitiesPerSecond: 2_500, searchP95Ms: 200, relationsP95Ms: 600, pssMegabytes: 150 },
      most: { pssMegabytes: 250 },
      quickMost: { pssMegabytes: 200 },
    },
  ]
}

/** A tenth of the entities and searches: to see that all of it works, not to compare. */
export function quicklyCatalog(scenario: CatalogScenario): CatalogScenario {
  return {
    ...scenario,
    title: `${scenario.title}; quick, so only a tenth of them`,
    entities: Math.ceil(scenario.entities / 10),
    searches: Math.ceil(scenario.searches / 10),
    most: scenario.quickMost,
  }
}
