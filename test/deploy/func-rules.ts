/** The parts of func.yaml that are looked at here. */
export interface FuncYaml {
  name: string;
  build: { builderImages: Record<string, string>; buildEnvs: Env[] };
  run: { envs: Env[]; volumes: { secret?: string; configMap?: string; path: string }[] };
  deploy: {
    labels: { key: string; value: string }[];
    options: {
      scale: Record<string, unknown>;
      resources: { requests: Record<string, unknown>; limits: Record<string, unknown> };
    };
  };
}

interface Env {
  name?: string;
  value: string;
}

// knative/func, pkg/functions/function.go and function_envs.go
const fromObject = /^\{\{\s*(secret|configMap):(\w|['-]\w)+:[-._a-zA-Z0-9]+\s*\}\}$/;
const fromLocalEnv = /^\{\{\s*env:\w+\s*\}\}$/;
const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;
// knative/serving, pkg/apis/serving/k8s_validation.go
const reserved = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];

/** What func or the cluster would refuse, or take otherwise than meant, and the schema lets pass. */
export function findFuncProblems(func: FuncYaml): string[] {
  return [
    ...(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(func.name) ? [] : [`name ${func.name}`]),
    ...func.run.envs.flatMap((env) => findEnvProblems(env, [fromObject, fromLocalEnv])),
    ...func.build.buildEnvs.flatMap((env) => findEnvProblems(env, [fromLocalEnv])),
    ...findRepeated(func.run.envs.map(({ name }) => name ?? '')),
    ...findRepeated(func.run.volumes.map(({ path }) => path)),
    ...func.run.volumes.flatMap(findVolumeProblems),
    ...func.deploy.labels.filter(({ key }) => key.startsWith('serving.knative.dev/')).map(({ key }) => `label ${key}`),
    ...findResourceProblems(func.deploy.options.resources),
  ];
}

/** An entry without a name imports a whole Secret: func takes it, but its local run then ends with an error. */
function findEnvProblems({ name, value }: Env, placeholders: readonly RegExp[]): string[] {
  if (name === undefined) return [`env without a name: ${value}`];
  const problems: string[] = [];
  if (!variable.test(name) || reserved.includes(name)) problems.push(`env ${name}`);
  if (value.startsWith('{{') && !placeholders.some((placeholder) => placeholder.test(value))) {
    problems.push(`value of env ${name}: ${value}`);
  }
  return problems;
}

function findVolumeProblems({ secret, configMap, path }: FuncYaml['run']['volumes'][number]): string[] {
  const name = secret ?? configMap ?? '';
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) && path.startsWith('/') ? [] : [`volume ${name} at ${path}`];
}

function findRepeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} twice`);
}

function findResourceProblems({ requests, limits }: FuncYaml['deploy']['options']['resources']): string[] {
  return ['cpu', 'memory'].flatMap((name) => {
    const [request, limit] = [parseQuantity(requests[name]), parseQuantity(limits[name])];
    return request > 0 && request <= limit ? [] : [`resources: ${name}`];
  });
}

function parseQuantity(text: unknown): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(m|Ki|Mi|Gi)?$/.exec(String(text)) ?? [];
  const factors: Record<string, number> = { '': 1, m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
  return Number(number) * (factors[unit] ?? NaN);
}
