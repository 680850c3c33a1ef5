/**
 * A stand-in for Knative's Broker of class Kafka and one Trigger: events over HTTP become records of a topic, and the
 * topic's records requests of a subscriber. It keeps to data-plane/ of https://github.com/knative-extensions/eventing-kafka-broker
 * in what it writes, retries and commits. Besides, it holds some events back and sends some twice.
 */
import { runEgress } from './egress.ts';
import { startIngress } from './ingress.ts';
import type { BridgeSettings } from './settings.ts';

const settings = JSON.parse(process.argv[2] ?? '') as BridgeSettings;
await startIngress(settings);
await runEgress(settings);
