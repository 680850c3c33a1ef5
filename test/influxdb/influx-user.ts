/** What a user of the 1.x interface gets from InfluxDB, in a form that is easily compared. */
export interface User {
  username: string;
  password: string;
}

/** Statuses of a write and of a read of the database `twittergraph`. */
export async function rightsOf(url: string, user: User): Promise<{ write: number; read: number }> {
  const write = await fetch(`${url}/write?db=twittergraph&precision=s`, {
    method: 'POST',
    headers: headersOf(user),
    body: 'probe value=1i',
  });
  const { status } = await query(url, user, 'SELECT value FROM probe');
  return { write: write.status, read: status };
}

/** Status and body of a statement; an error in the results counts as 403. */
export async function query(url: string, user: User, q: string): Promise<{ status: number; body: string }> {
  const answer = await fetch(`${url}/query`, {
    method: 'POST',
    headers: headersOf(user),
    body: new URLSearchParams({ db: 'twittergraph', q }),
  });
  const body = await answer.text();
  return { status: answer.status === 200 && body.includes('"error"') ? 403 : answer.status, body };
}

function headersOf({ username, password }: User): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
