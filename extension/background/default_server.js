// Written by manifest-builder.

/** The server that the extension asks until its settings name another. */
export const DEFAULT_SERVER = "http://127.0.0.1:8000";

/** What is sent with each request to this server, and to no other. */
export const HEADERS = /** @type {Record<string, string>} */ ({});
