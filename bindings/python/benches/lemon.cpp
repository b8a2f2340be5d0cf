// LEMON's network simplex behind one function of C, for `rivals.py`. The Debian package liblemon-dev has its headers.
#include <cstdint>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <vector>

// Fills `flow` with a cheapest flow; whether there is one.
extern "C" int cheapest_flow(int64_t nodes, int64_t arcs, const int32_t *start, const int32_t *end, const int64_t *room,
                             const int64_t *cost, const int64_t *supply, int64_t *flow) {
    using Graph = lemon::SmartDigraph;
    Graph graph;
    graph.reserveNode(nodes);
    graph.reserveArc(arcs);
    for (int64_t n = 0; n < nodes; ++n) graph.addNode();
    for (int64_t a = 0; a < arcs; ++a) graph.addArc(graph.nodeFromId(start[a]), graph.nodeFromId(end[a]));
    Graph::ArcMap<int64_t> most(graph), price(graph);
    Graph::NodeMap<int64_t> source(graph);
    for (int64_t a = 0; a < arcs; ++a) most[graph.arcFromId(a)] = room[a], price[graph.arcFromId(a)] = cost[a];
    for (int64_t n = 0; n < nodes; ++n) source[graph.nodeFromId(n)] = supply[n];
    using Simplex = lemon::NetworkSimplex<Graph, int64_t, int64_t>;
    Simplex simplex(graph);
    simplex.upperMap(most).costMap(price).supplyMap(source);
    if (simplex.run() != Simplex::OPTIMAL) return 0;
    for (int64_t a = 0; a < arcs; ++a) flow[a] = simplex.flow(graph.arcFromId(a));
    return 1;
}
