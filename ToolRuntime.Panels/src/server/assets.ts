import { basename, resolve } from "node:path";

export interface Asset {
  content: ArrayBuffer;
  type: string;
  cacheControl: string;
}

const page = resolve(import.meta.dir, "../page/index.html");

/**
 * Bundles the page and what it imports, by the path that each file is served at.
 * @throws AggregateError The page does not bundle.
 */
export async function bundlePage(): Promise<Map<string, Asset>> {
  const built = await Bun.build({
    entrypoints: [page],
    target: "browser",
    minify: true,
    publicPath: "/",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const assets = await Promise.all(
    built.outputs.map(async (output): Promise<[string, Asset]> => {
      const name = basename(output.path);
      const isPage = name.endsWith(".html");
      return [
        isPage ? "/" : `/${name}`,
        {
          content: await output.arrayBuffer(),
          type: output.type,
          // The other names hold a hash of the content.
          cacheControl: isPage ? "no-cache" : "public, max-age=31536000, immutable",
        },
      ];
    }),
  );
  return new Map(assets);
}
