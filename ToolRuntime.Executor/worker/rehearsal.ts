/** A tool that does nothing, for a fork server to load before it forks. */
export default (input: unknown): unknown => input;
