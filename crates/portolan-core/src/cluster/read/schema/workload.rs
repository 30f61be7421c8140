//! Metadata, pods and what makes them, and the small kinds.
//!
//! Two fields that only old versions have are let through everywhere: `rollbackTo` and
//! `templateGeneration`.

use super::{Fields, Shape::*, fields};

fields! {
    OBJECT_META = "ObjectMeta" {
        annotations: Strings, creationTimestamp: Time, deletionGracePeriodSeconds: Int64,
        deletionTimestamp: Time, finalizers: List(&String), generateName: String, generation: Int64,
        labels: Strings, managedFields: List(&Any), name: String, namespace: String,
        ownerReferences: List(&Any), resourceVersion: String, selfLink: String, uid: String,
    }

    LABEL_SELECTOR = "LabelSelector" {
        matchExpressions: List(&Any), matchLabels: Strings,
    }

    POD = "Pod" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&POD_SPEC),
        status: Object(&POD_STATUS),
    }

    POD_SPEC = "PodSpec" {
        activeDeadlineSeconds: Int64, affinity: Any, automountServiceAccountToken: Bool,
        containers: List(&Object(&CONTAINER)), dnsConfig: Any, dnsPolicy: String, enableServiceLinks: Bool,
        ephemeralContainers: List(&Any), evictionResponders: List(&Any), hostAliases: List(&Any),
        hostIPC: Bool, hostNetwork: Bool, hostPID: Bool, hostUsers: Bool, hostname: String,
        hostnameOverride: String, imagePullSecrets: List(&Any), initContainers: List(&Object(&CONTAINER)),
        nodeName: String, nodeSelector: Strings, os: Any, overhead: Map, preemptionPolicy: String,
        priority: Int32, priorityClassName: String, readinessGates: List(&Any), resourceClaims: List(&Any),
        resources: Any, restartPolicy: String, runtimeClassName: String, schedulerName: String,
        schedulingGates: List(&Any), schedulingGroup: Any, securityContext: Any, serviceAccount: String,
        serviceAccountName: String, setHostnameAsFQDN: Bool, shareProcessNamespace: Bool,
        subdomain: String, terminationGracePeriodSeconds: Int64, tolerations: List(&Any),
        topologySpreadConstraints: List(&Any), volumes: List(&Any),
    }

    POD_STATUS = "PodStatus" {
        allocatedResources: Map, conditions: List(&Object(&POD_CONDITION)), containerStatuses: List(&Any),
        ephemeralContainerStatuses: List(&Any), extendedResourceClaimStatus: Any, hostIP: String,
        hostIPs: List(&Any), initContainerStatuses: List(&Any), message: String,
        nodeAllocatableResourceClaimStatuses: List(&Any), nominatedNodeName: String,
        observedGeneration: Int64, phase: String, podIP: String, podIPs: List(&Object(&POD_IP)),
        qosClass: String, reason: String, resize: String, resourceClaimStatuses: List(&Any),
        resources: Any, startTime: Time, volumeHealth: List(&Any),
    }

    CONTAINER = "Container" {
        args: List(&String), command: List(&String), env: List(&Object(&ENV_VAR)), envFrom: List(&Any),
        image: String, imagePullPolicy: String, lifecycle: Any, livenessProbe: Any, name: String,
        ports: List(&Object(&CONTAINER_PORT)), readinessProbe: Any, resizePolicy: List(&Any),
        resources: Any, restartPolicy: String, restartPolicyRules: List(&Any), securityContext: Any,
        startupProbe: Any, stdin: Bool, stdinOnce: Bool, terminationMessagePath: String,
        terminationMessagePolicy: String, tty: Bool, volumeDevices: List(&Any), volumeMounts: List(&Any),
        workingDir: String,
    }

    CONTAINER_PORT = "ContainerPort" {
        containerPort: Int32, hostIP: String, hostPort: Int32, name: String, protocol: String,
    }

    ENV_VAR = "EnvVar" {
        name: String, value: String, valueFrom: Any,
    }

    POD_IP = "PodIP" {
        ip: String,
    }

    POD_CONDITION = "PodCondition" {
        lastProbeTime: Time, lastTransitionTime: Time, message: String, observedGeneration: Int64,
        reason: String, status: String, type: String,
    }

    POD_TEMPLATE_SPEC = "PodTemplateSpec" {
        metadata: Object(&OBJECT_META), spec: Object(&POD_SPEC),
    }

    DEPLOYMENT = "Deployment" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&DEPLOYMENT_SPEC),
        status: Any,
    }

    DEPLOYMENT_SPEC = "DeploymentSpec" {
        minReadySeconds: Int32, paused: Bool, progressDeadlineSeconds: Int32, replicas: Int32,
        revisionHistoryLimit: Int32, rollbackTo: Any, selector: Object(&LABEL_SELECTOR), strategy: Any,
        template: Object(&POD_TEMPLATE_SPEC),
    }

    REPLICA_SET = "ReplicaSet" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&REPLICA_SET_SPEC),
        status: Any,
    }

    REPLICA_SET_SPEC = "ReplicaSetSpec" {
        minReadySeconds: Int32, replicas: Int32, selector: Object(&LABEL_SELECTOR),
        template: Object(&POD_TEMPLATE_SPEC),
    }

    STATEFUL_SET = "StatefulSet" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&STATEFUL_SET_SPEC),
        status: Any,
    }

    STATEFUL_SET_SPEC = "StatefulSetSpec" {
        minReadySeconds: Int32, ordinals: Any, persistentVolumeClaimRetentionPolicy: Any,
        podManagementPolicy: String, replicas: Int32, revisionHistoryLimit: Int32,
        selector: Object(&LABEL_SELECTOR), serviceName: String, template: Object(&POD_TEMPLATE_SPEC),
        updateStrategy: Any, volumeClaimTemplates: List(&Any),
    }

    DAEMON_SET = "DaemonSet" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&DAEMON_SET_SPEC),
        status: Any,
    }

    DAEMON_SET_SPEC = "DaemonSetSpec" {
        minReadySeconds: Int32, revisionHistoryLimit: Int32, selector: Object(&LABEL_SELECTOR),
        template: Object(&POD_TEMPLATE_SPEC), templateGeneration: Int64, updateStrategy: Any,
    }

    JOB = "Job" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&JOB_SPEC),
        status: Any,
    }

    JOB_SPEC = "JobSpec" {
        activeDeadlineSeconds: Int64, backoffLimit: Int32, backoffLimitPerIndex: Int32,
        completionMode: String, completions: Int32, managedBy: String, manualSelector: Bool,
        maxFailedIndexes: Int32, parallelism: Int32, podFailurePolicy: Any, podReplacementPolicy: String,
        scheduling: Any, selector: Object(&LABEL_SELECTOR), successPolicy: Any, suspend: Bool,
        template: Object(&POD_TEMPLATE_SPEC), ttlSecondsAfterFinished: Int32,
    }

    CRON_JOB = "CronJob" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&CRON_JOB_SPEC),
        status: Any,
    }

    CRON_JOB_SPEC = "CronJobSpec" {
        concurrencyPolicy: String, failedJobsHistoryLimit: Int32, jobTemplate: Object(&JOB_TEMPLATE_SPEC),
        schedule: String, startingDeadlineSeconds: Int64, successfulJobsHistoryLimit: Int32, suspend: Bool,
        timeZone: String,
    }

    JOB_TEMPLATE_SPEC = "JobTemplateSpec" {
        metadata: Object(&OBJECT_META), spec: Object(&JOB_SPEC),
    }

    NODE = "Node" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Any,
        status: Object(&NODE_STATUS),
    }

    NODE_STATUS = "NodeStatus" {
        addresses: List(&Object(&NODE_ADDRESS)), allocatable: Map, capacity: Map, conditions: List(&Any),
        config: Any, daemonEndpoints: Any, declaredFeatures: List(&String), features: Any,
        images: List(&Any), nodeInfo: Any, phase: String, runtimeHandlers: List(&Any),
        volumesAttached: List(&Any), volumesInUse: List(&String),
    }

    NODE_ADDRESS = "NodeAddress" {
        address: String, type: String,
    }

    NAMESPACE = "Namespace" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Any, status: Any,
    }

    SECRET = "Secret" {
        apiVersion: String, data: Bytes, immutable: Bool, kind: String, metadata: Object(&OBJECT_META),
        stringData: Strings, type: String,
    }

    CONFIG_MAP = "ConfigMap" {
        apiVersion: String, binaryData: Bytes, data: Strings, immutable: Bool, kind: String,
        metadata: Object(&OBJECT_META),
    }
}
