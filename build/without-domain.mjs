/**
 * An esbuild plugin that leaves Node's domains out. The framework runs each request in one, which turns async hooks on
 * for the whole process: a fifth of the CPU of a warm event. What a domain is for, an exception that nobody catches,
 * ends the process then, as everywhere in Node: the framework's own handler logs its stack.
 */
export const withoutDomain = {
  name: 'without-domain',
  setup(build) {
    build.onResolve({ filter: /^(node:)?domain$/ }, ({ path }) => ({ path, namespace: 'without-domain' }));
    build.onLoad({ filter: /.*/, namespace: 'without-domain' }, () => ({ contents: standIn }));
  },
};

const standIn = 'exports.create = () => ({ on() {}, run: (work) => void work() });';
