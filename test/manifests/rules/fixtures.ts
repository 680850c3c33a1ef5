import { stringify } from 'yaml';

/** A workload that keeps every rule. */
export const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: grafana
  labels: &labels { app.kubernetes.io/name: grafana, app.kubernetes.io/component: dashboards, app.kubernetes.io/part-of: twittergraph }
spec:
  selector: { matchLabels: { app.kubernetes.io/name: grafana } }
  template:
    metadata: { labels: *labels }
    spec:
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: grafana
          image: docker.io/grafana/grafana:13.0.1
          env: [{ name: TOKEN, valueFrom: { secretKeyRef: { name: twitter-creds, key: TWITTER_BEARER_TOKEN } } }]
          ports: [{ name: http, containerPort: 3000 }]
          readinessProbe: &probe { httpGet: { path: /, port: http } }
          livenessProbe: *probe
          resources: { requests: { cpu: 5m, memory: 8Mi }, limits: { memory: 9Mi } }
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          volumeMounts: [{ name: creds, mountPath: /etc/creds }]
      volumes: [{ name: creds, secret: { secretName: twitter-creds } }]`;
/** A Service in front of it. */
export const service = `
apiVersion: v1
kind: Service
metadata:
  name: grafana
  labels: { app.kubernetes.io/name: grafana, app.kubernetes.io/component: dashboards, app.kubernetes.io/part-of: twittergraph }
spec:
  selector: { app.kubernetes.io/name: grafana }
  ports: [{ port: 80, targetPort: http }]`;
/** The NetworkPolicy of its pods. */
export const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: grafana
  labels: { app.kubernetes.io/name: grafana, app.kubernetes.io/component: dashboards, app.kubernetes.io/part-of: twittergraph }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: grafana } }
  ingress: [{ ports: [{ port: 3000 }] }]`;
/** The recommended labels. */
export const labels = {
  'app.kubernetes.io/name': 'x',
  'app.kubernetes.io/component': 'x',
  'app.kubernetes.io/part-of': 'twittergraph',
};
/** A PingSource to the function. */
export const source = stringify({
  apiVersion: 'sources.knative.dev/v1',
  kind: 'PingSource',
  metadata: { name: 'tick', labels },
  spec: {
    schedule: '*/15 * * * *',
    contentType: 'application/json',
    data: '{"job":"collect","every":900}',
    sink: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'twittergraph' } },
  },
});
/** A Trigger whose Broker and dead letter are not there. */
export const trigger = stringify({
  apiVersion: 'eventing.knative.dev/v1',
  kind: 'Trigger',
  metadata: { name: 't', labels },
  spec: {
    broker: 'b',
    subscriber: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'twittergraph' } },
    delivery: { deadLetterSink: { ref: { apiVersion: 'v1', kind: 'Service', name: 'd' } } },
  },
});
/** A ConfigMap with one file. */
export const configMap = (name: string, text: string): string =>
  stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'files', labels }, data: { [name]: text } });
/** A Route of OpenShift. */
export const route = (spec: object): string =>
  stringify({ apiVersion: 'route.openshift.io/v1', kind: 'Route', metadata: { name: 'r', labels }, spec });
