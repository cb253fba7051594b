/** The files of undici that its own index loads for what we use; their types are those of the index. */
declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici';
  // biome-ignore lint/style/noDefaultExport: undici has it so
  export default Agent;
}
declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici';

  const request: (
    this: Dispatcher,
    options: Dispatcher.RequestOptions & { readonly origin: string },
  ) => Promise<Dispatcher.ResponseData>;
  // biome-ignore lint/style/noDefaultExport: undici has it so
  export default request;
}
declare module 'undici/lib/core/errors.js' {
  import { errors } from 'undici';
  // biome-ignore lint/style/noDefaultExport: undici has it so
  export default errors;
}
