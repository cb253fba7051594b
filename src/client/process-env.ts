/** The environment of this process: the library's default, as an application using it expects. The one edge of this folder. */
export function processEnv(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
