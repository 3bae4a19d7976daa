-- Whether scores that would give small ones away are hidden beside them is the operator's choice: judging a whole province takes
-- minutes a year of data. Small scores themselves are always hidden.
INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('joint_suppression', 0, DATE '2020-01-01', '1：为保护小样本，连带隐藏可推算出它的其他数值（每次发布要多花几分钟）；0：只隐藏小样本本身',
     '1: hide also what would give small scores away (each publication takes minutes longer); 0: hide small scores only')
ON CONFLICT DO NOTHING;
