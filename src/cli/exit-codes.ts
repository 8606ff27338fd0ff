// What the exit code says, for pipelines.

export const exitCodes = {
  /** ONCE succeeded, or a service was stopped cleanly. */
  success: 0,
  unexpected: 1,
  /** A setting or an option is wrong; nothing was started. */
  usage: 2,
  /** Port, the database or the port to listen on could not be had. */
  startFailed: 3,
  /** ONCE: the resync failed, or some source was not read to its end. */
  runFailed: 4,
  /** ONCE: nothing was done, since another process resyncs the same integration. */
  skipped: 5,
  interrupted: 130,
  /** Whoever read the output went away in the middle of a single run: what a shell says of SIGPIPE. */
  unread: 141,
  terminated: 143,
} as const
