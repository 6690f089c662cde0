// Read every claim through the client that orval generated.

import { getClaim, listClaims, type Claim } from "./orval/claims.js";
import { compared, server } from "./reading.js";

const claims: Claim[] = [];
let cursor: string | undefined;
do {
  const page = await listClaims({ limit: 50, ...(cursor === undefined ? {} : { cursor }) });
  if (page.status !== 200) throw new Error(`a status of ${page.status}`);
  for (const { id } of page.data.items) {
    const alone = await getClaim(id);
    if (alone.status === 200) claims.push(alone.data);
  }
  const { next } = page.data;
  cursor = next === null ? undefined : new URL(next, server).searchParams.get("cursor") ?? undefined;
} while (cursor !== undefined);

const wrong = await listClaims({ limit: 0 });
await compared(claims.map((claim) => [claim.id, claim.attribution, claim]), wrong.status === 400 ? wrong.data.status : 0);
