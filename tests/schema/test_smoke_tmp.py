import time, cProfile, pstats, asyncio, contents, orjson
Q="""query Page($first: Int) { policies(first: $first) { edges { cursor node { id number title type issuedOn effectiveOn legalForce highImpact publishedAt path agency { code name } topics { code name } } } pageInfo { hasNextPage endCursor } } }"""
async def test_speed(run, client, publish_edition, database):
    for i in range(40):
        await publish_edition("policy", contents.policy(number=f"{i}/KH-UBND", topics=["moi-truong","giao-duc-dao-tao","giao-thong-van-tai"]) )
    r=await run(Q, first=20)
    print(str(r)[:600])
    assert len(r["data"]["policies"]["edges"])==20
    body=orjson.dumps({"query":Q,"variables":{"first":20}})
    async def go(n):
        t=time.perf_counter()
        for _ in range(n): await client.post("/graphql", content=body, headers={"content-type":"application/json"})
        return (time.perf_counter()-t)/n*1000
    await go(20)
    print("http page ms", await go(100), await go(100))
    async def sdl(n):
        t=time.perf_counter()
        for _ in range(n): await client.get("/graphql/schema.graphql")
        return (time.perf_counter()-t)/n*1000
    print("sdl ms", await sdl(100))
    tn=orjson.dumps({"query":"{__typename}"})
    t=time.perf_counter()
    for _ in range(100): await client.post("/graphql", content=tn, headers={"content-type":"application/json"})
    print("typename ms",(time.perf_counter()-t)*10)
    from hub.content.queries import list_views
    from hub.content.filters import Filters
    t=time.perf_counter()
    for _ in range(100):
        async with database.read() as c: p=await list_views(c,"policy",Filters(),lang="vi",limit=20)
    print("sql ms",(time.perf_counter()-t)*10)
    t=time.perf_counter()
    for _ in range(100): [orjson.loads(x.json) for x in p.items]
    print("loads ms",(time.perf_counter()-t)*10)
    from schema.build import schema
    from schema.limits import read_query
    from graphql import execute
    class I:pass
    t=time.perf_counter()
    from schema.connections import connected
    data={"policies":connected([{"cursor":x.cursor,"node":orjson.loads(x.json)} for x in p.items],after=None,following=None)}
    f=schema._schema.query_type.fields["policies"]; old=f.resolve
    f.resolve=lambda s,i,**k: data["policies"]
    from strawberry.execution import optimized_is_awaitable
    t=time.perf_counter()
    for _ in range(200): res=execute(schema._schema, read_query(Q), None, None, {"first":20}, is_awaitable=optimized_is_awaitable,)
    print("execute only ms",(time.perf_counter()-t)*5, "errors", res.errors)
    t=time.perf_counter()
    for _ in range(200): res=execute(schema._schema, read_query(Q), None, None, {"first":20}, is_awaitable=optimized_is_awaitable,execution_context_class=None or schema.execution_context_class) if False else await schema.execute(Q,{"first":20})
    print("schema.execute ms",(time.perf_counter()-t)*5)
    t=time.perf_counter()
    for _ in range(200): orjson.dumps(res.data)
    print("dumps ms",(time.perf_counter()-t)*5)
    pr=cProfile.Profile(); pr.enable()
    for _ in range(200): await schema.execute(Q,{"first":20})
    pr.disable(); pstats.Stats(pr).sort_stats("tottime").print_stats(22)
    f.resolve=old
    pr=cProfile.Profile(); pr.enable()
    await go(100)
    pr.disable(); pstats.Stats(pr).sort_stats("cumtime").print_stats(70)
