//! Ingress, Service and endpoints. The tables named `V1BETA1` are those of the versions that
//! Kubernetes 1.22 and 1.25 removed.

use super::{Fields, Shape::*, fields, workload::OBJECT_META};

fields! {
    INGRESS = "Ingress" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&INGRESS_SPEC),
        status: Any,
    }

    INGRESS_SPEC = "IngressSpec" {
        defaultBackend: Object(&INGRESS_BACKEND), ingressClassName: String,
        rules: List(&Object(&INGRESS_RULE)), tls: List(&Object(&INGRESS_TLS)),
    }

    INGRESS_RULE = "IngressRule" {
        host: String, http: Object(&HTTP_INGRESS_RULE_VALUE),
    }

    HTTP_INGRESS_RULE_VALUE = "HTTPIngressRuleValue" {
        paths: List(&Object(&HTTP_INGRESS_PATH)),
    }

    HTTP_INGRESS_PATH = "HTTPIngressPath" {
        backend: Object(&INGRESS_BACKEND), path: String, pathType: String,
    }

    INGRESS_BACKEND = "IngressBackend" {
        resource: Object(&TYPED_LOCAL_OBJECT_REFERENCE), service: Object(&INGRESS_SERVICE_BACKEND),
    }

    INGRESS_SERVICE_BACKEND = "IngressServiceBackend" {
        name: String, port: Object(&SERVICE_BACKEND_PORT),
    }

    SERVICE_BACKEND_PORT = "ServiceBackendPort" {
        name: String, number: Int32,
    }

    INGRESS_TLS = "IngressTLS" {
        hosts: List(&String), secretName: String,
    }

    TYPED_LOCAL_OBJECT_REFERENCE = "TypedLocalObjectReference" {
        apiGroup: String, kind: String, name: String,
    }

    INGRESS_CLASS = "IngressClass" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META),
        spec: Object(&INGRESS_CLASS_SPEC),
    }

    INGRESS_CLASS_SPEC = "IngressClassSpec" {
        controller: String, parameters: Object(&INGRESS_CLASS_PARAMETERS_REFERENCE),
    }

    INGRESS_CLASS_PARAMETERS_REFERENCE = "IngressClassParametersReference" {
        apiGroup: String, kind: String, name: String, namespace: String, scope: String,
    }

    INGRESS_V1BETA1 = "Ingress" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META),
        spec: Object(&INGRESS_SPEC_V1BETA1), status: Any,
    }

    INGRESS_SPEC_V1BETA1 = "IngressSpec" {
        backend: Object(&INGRESS_BACKEND_V1BETA1), ingressClassName: String,
        rules: List(&Object(&INGRESS_RULE_V1BETA1)), tls: List(&Object(&INGRESS_TLS)),
    }

    INGRESS_RULE_V1BETA1 = "IngressRule" {
        host: String, http: Object(&HTTP_INGRESS_RULE_VALUE_V1BETA1),
    }

    HTTP_INGRESS_RULE_VALUE_V1BETA1 = "HTTPIngressRuleValue" {
        paths: List(&Object(&HTTP_INGRESS_PATH_V1BETA1)),
    }

    HTTP_INGRESS_PATH_V1BETA1 = "HTTPIngressPath" {
        backend: Object(&INGRESS_BACKEND_V1BETA1), path: String, pathType: String,
    }

    INGRESS_BACKEND_V1BETA1 = "IngressBackend" {
        resource: Object(&TYPED_LOCAL_OBJECT_REFERENCE), serviceName: String, servicePort: IntOrString,
    }

    SERVICE = "Service" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META), spec: Object(&SERVICE_SPEC),
        status: Object(&SERVICE_STATUS),
    }

    SERVICE_SPEC = "ServiceSpec" {
        allocateLoadBalancerNodePorts: Bool, clusterIP: String, clusterIPs: List(&String),
        externalIPs: List(&String), externalName: String, externalTrafficPolicy: String,
        healthCheckNodePort: Int32, internalTrafficPolicy: String, ipFamilies: List(&String),
        ipFamilyPolicy: String, loadBalancerClass: String, loadBalancerIP: String,
        loadBalancerSourceRanges: List(&String), ports: List(&Object(&SERVICE_PORT)),
        publishNotReadyAddresses: Bool, selector: Strings, sessionAffinity: String,
        sessionAffinityConfig: Object(&SESSION_AFFINITY_CONFIG), trafficDistribution: String, type: String,
    }

    SERVICE_PORT = "ServicePort" {
        appProtocol: String, name: String, nodePort: Int32, port: Int32, protocol: String,
        targetPort: IntOrString,
    }

    SESSION_AFFINITY_CONFIG = "SessionAffinityConfig" {
        clientIP: Object(&CLIENT_IP_CONFIG),
    }

    CLIENT_IP_CONFIG = "ClientIPConfig" {
        timeoutSeconds: Int32,
    }

    SERVICE_STATUS = "ServiceStatus" {
        conditions: List(&Any), loadBalancer: Object(&LOAD_BALANCER_STATUS),
    }

    LOAD_BALANCER_STATUS = "LoadBalancerStatus" {
        ingress: List(&Object(&LOAD_BALANCER_INGRESS)),
    }

    LOAD_BALANCER_INGRESS = "LoadBalancerIngress" {
        hostname: String, ip: String, ipMode: String, ports: List(&Any),
    }

    ENDPOINTS = "Endpoints" {
        apiVersion: String, kind: String, metadata: Object(&OBJECT_META),
        subsets: List(&Object(&ENDPOINT_SUBSET)),
    }

    ENDPOINT_SUBSET = "EndpointSubset" {
        addresses: List(&Object(&ENDPOINT_ADDRESS)), notReadyAddresses: List(&Object(&ENDPOINT_ADDRESS)),
        ports: List(&Object(&CORE_ENDPOINT_PORT)),
    }

    ENDPOINT_ADDRESS = "EndpointAddress" {
        hostname: String, ip: String, nodeName: String, targetRef: Object(&OBJECT_REFERENCE),
    }

    CORE_ENDPOINT_PORT = "EndpointPort" {
        appProtocol: String, name: String, port: Int32, protocol: String,
    }

    OBJECT_REFERENCE = "ObjectReference" {
        apiVersion: String, fieldPath: String, kind: String, name: String, namespace: String,
        resourceVersion: String, uid: String,
    }

    ENDPOINT_SLICE = "EndpointSlice" {
        addressType: String, apiVersion: String, endpoints: List(&Object(&ENDPOINT)), kind: String,
        metadata: Object(&OBJECT_META), ports: List(&Object(&ENDPOINT_PORT)),
    }

    ENDPOINT = "Endpoint" {
        addresses: List(&String), conditions: Object(&ENDPOINT_CONDITIONS), deprecatedTopology: Strings,
        hints: Any, hostname: String, nodeName: String, targetRef: Object(&OBJECT_REFERENCE), zone: String,
    }

    ENDPOINT_CONDITIONS = "EndpointConditions" {
        ready: Bool, serving: Bool, terminating: Bool,
    }

    ENDPOINT_PORT = "EndpointPort" {
        appProtocol: String, name: String, port: Int32, protocol: String,
    }

    ENDPOINT_SLICE_V1BETA1 = "EndpointSlice" {
        addressType: String, apiVersion: String, endpoints: List(&Object(&ENDPOINT_V1BETA1)), kind: String,
        metadata: Object(&OBJECT_META), ports: List(&Object(&ENDPOINT_PORT)),
    }

    ENDPOINT_V1BETA1 = "Endpoint" {
        addresses: List(&String), conditions: Object(&ENDPOINT_CONDITIONS), hints: Any, hostname: String,
        nodeName: String, targetRef: Object(&OBJECT_REFERENCE), topology: Strings,
    }
}
