-- What would give small scores away is hidden beside them, unless the operator decides otherwise by a row of a later day.
INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('joint_suppression', 1, DATE '2020-01-02', '1：为保护小样本，连带隐藏可推算出它的其他数值（每次发布要多花一些时间）；0：只隐藏小样本本身，差额可以推算',
     '1: hide also what would give small scores away (each publication takes longer); 0: hide small scores only, which differences give away')
ON CONFLICT DO NOTHING;

-- What is published is judged with the next publication.
INSERT INTO touched (fact, month, file_id)
SELECT DISTINCT 'answer', CAST(date_trunc('month', CAST(r.start AS timestamp)) AS date), 0
FROM score_rollup r WHERE r.period = 'm' AND r.cut = 'all' AND r.last_pub = 2147483647
ON CONFLICT DO NOTHING;
